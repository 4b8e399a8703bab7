//! Sound as telephone exchanges carry it: G.711, one octet for each of 8000 samples a second.

use audio_codec_algorithms::{encode_alaw, encode_ulaw};

/// A way to fold a sample into an octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    ALaw,
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
            Self::ALaw => encode_alaw(sample),
            Self::MuLaw => encode_ulaw(sample),
        }
    }
}

#[cfg(test)]
mod tests {
    use audio_codec_algorithms::decode_alaw;

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
            assert_eq!(Codec::ALaw.encode(decode_alaw(octet)), octet);
        }
    }

    #[test]
    fn a_sample_comes_back_nearly_as_it_was() {
        for sample in (i16::MIN..i16::MAX).step_by(7) {
            let back = decode_alaw(Codec::ALaw.encode(sample));
            let off = (i32::from(back) - i32::from(sample)).abs();
            assert!(off <= 16 + i32::from(sample).abs() / 25, "{sample} became {back}");
        }
    }
}
