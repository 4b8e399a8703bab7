//! Sound as telephone exchanges carry it: G.711, one octet for each of 8000 samples a second.

/// A way to fold a sample into an octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// In Europe.
    ALaw,
    /// In America.
    MuLaw,
}

impl Codec {
    /// Its number in RTP, which never changes.
    pub fn payload_type(self) -> u8 {
        match self {
            Self::MuLaw => 0,
            Self::ALaw => 8,
        }
    }

    /// The codec with that number.
    pub fn of(payload_type: u8) -> Option<Self> {
        [Self::ALaw, Self::MuLaw].into_iter().find(|c| c.payload_type() == payload_type)
    }

    /// The octet for a sample.
    pub fn encode(self, sample: i16) -> u8 {
        match self {
            Self::ALaw => a_law(sample),
            Self::MuLaw => mu_law(sample),
        }
    }
}

/// The sample that an octet of A-law stands for.
pub fn a_law_sample(octet: u8) -> i16 {
    let octet = octet ^ 0x55;
    let (exponent, mantissa) = ((octet & 0x70) >> 4, i16::from(octet & 0x0f));
    let size = match exponent {
        0 => (mantissa << 4) + 8,
        _ => ((mantissa << 4) + 0x108) << (exponent - 1),
    };
    if octet & 0x80 == 0 { -size } else { size }
}

/// In which of the eight chords a size lies, counted from its highest bit.
fn chord(size: u16, lowest: u16) -> u8 {
    let above = (size / lowest).checked_ilog2().map_or(0, |bits| bits + 1);
    u8::try_from(above.min(7)).unwrap_or(7)
}

fn a_law(sample: i16) -> u8 {
    let (sign, size) = match sample {
        0.. => (0x80, sample.unsigned_abs()),
        _ => (0, (!sample).unsigned_abs()),
    };
    let exponent = chord(size, 0x100);
    let shift = if exponent == 0 { 4 } else { exponent + 3 };
    let mantissa = u8::try_from((size >> shift) & 0x0f).unwrap_or(0x0f);
    (sign | exponent << 4 | mantissa) ^ 0x55
}

fn mu_law(sample: i16) -> u8 {
    const BIAS: u16 = 0x84;
    let sign = if sample < 0 { 0x80 } else { 0 };
    let size = sample.unsigned_abs().min(32_635) + BIAS;
    let exponent = chord(size, 0x100);
    let mantissa = u8::try_from((size >> (exponent + 3)) & 0x0f).unwrap_or(0x0f);
    !(sign | exponent << 4 | mantissa)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_and_the_loudest_are_what_the_standard_says() {
        assert_eq!((Codec::ALaw.encode(0), Codec::MuLaw.encode(0)), (0xd5, 0xff));
        assert_eq!((Codec::ALaw.encode(i16::MAX), Codec::MuLaw.encode(i16::MAX)), (0xaa, 0x80));
        assert_eq!((Codec::ALaw.encode(i16::MIN), Codec::MuLaw.encode(i16::MIN)), (0x2a, 0x00));
    }

    #[test]
    fn what_is_unfolded_is_folded_into_the_same_octet() {
        for octet in 0..=255 {
            assert_eq!(Codec::ALaw.encode(a_law_sample(octet)), octet);
        }
    }

    #[test]
    fn a_sample_comes_back_nearly_as_it_was() {
        for sample in (i16::MIN..i16::MAX).step_by(7) {
            let back = a_law_sample(Codec::ALaw.encode(sample));
            let off = (i32::from(back) - i32::from(sample)).abs();
            assert!(off <= 16 + i32::from(sample).abs() / 25, "{sample} became {back}");
        }
    }
}
