//! Sound as it is spoken: 8000 samples a second, read from what a speech program writes.

/// Samples a second on a telephone line.
pub const RATE: u32 = 8000;

/// The highest rate that a speech program may write.
const HIGHEST_RATE: u32 = 96_000;

/// Reads WAV with 16-bit samples at any rate, or samples alone at the rate of the line.
///
/// # Errors
/// What is wrong with it.
pub fn read(octets: &[u8]) -> Result<Vec<i16>, &'static str> {
    let samples = if octets.starts_with(b"RIFF") { wav(octets)? } else { samples(octets) };
    match samples.iter().any(|sample| sample.unsigned_abs() > 64) {
        true => Ok(samples),
        false => Err("it is silent"),
    }
}

fn samples(octets: &[u8]) -> Vec<i16> {
    octets.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

fn number(octets: &[u8], at: usize, size: usize) -> Option<u32> {
    let part = octets.get(at..at + size)?;
    Some(part.iter().rev().fold(0, |sum, octet| sum << 8 | u32::from(*octet)))
}

/// A program that writes as it speaks does not know the length beforehand, so what the header says
/// of it counts only as far as there is sound.
fn wav(octets: &[u8]) -> Result<Vec<i16>, &'static str> {
    const BROKEN: &str = "its WAV is broken";
    let mut at = 12;
    let mut shape = None;
    while let (Some(name), Some(size)) = (octets.get(at..at + 4), number(octets, at + 4, 4)) {
        let from = at + 8;
        let until = from.saturating_add(size as usize).min(octets.len());
        match name {
            b"fmt " => {
                let of = |at, size| number(octets, from + at, size).ok_or(BROKEN);
                shape = Some((of(0, 2)?, of(2, 2)?, of(4, 4)?, of(14, 2)?));
            }
            b"data" => {
                return match shape.ok_or(BROKEN)? {
                    (1 | 0xfffe, channels @ 1..=2, rate @ RATE..=HIGHEST_RATE, 16) => {
                        Ok(at_line_rate(&mono(&samples(&octets[from..until]), channels), rate))
                    }
                    _ => Err("it is not 16-bit PCM at 8 to 96 kHz"),
                };
            }
            _ => {}
        }
        at = until + (until - from) % 2;
    }
    Err(BROKEN)
}

fn mono(samples: &[i16], channels: u32) -> Vec<i16> {
    samples.iter().step_by(channels as usize).copied().collect()
}

/// Takes the mean of what falls into each sample of the line: plain, and good enough for speech.
fn at_line_rate(samples: &[i16], rate: u32) -> Vec<i16> {
    let (rate, line) = (u64::from(rate), u64::from(RATE));
    let count = samples.len() as u64 * line / rate;
    let place = |nth: u64| usize::try_from(nth * rate / line).unwrap_or(usize::MAX);
    let mean = |nth: u64| {
        let part = &samples[place(nth)..place(nth + 1).clamp(place(nth) + 1, samples.len())];
        let sum: i64 = part.iter().map(|sample| i64::from(*sample)).sum();
        i16::try_from(sum / i64::try_from(part.len()).unwrap_or(1)).unwrap_or(0)
    };
    (0..count).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav_of(channels: u16, rate: u32, bits: u16, size: u32, samples: &[i16]) -> Vec<u8> {
        let mut all = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0".to_vec();
        all.extend(channels.to_le_bytes());
        all.extend(rate.to_le_bytes());
        all.extend([0; 6]);
        all.extend(bits.to_le_bytes());
        all.extend(b"data");
        all.extend(size.to_le_bytes());
        all.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        all
    }

    #[test]
    fn sound_of_any_rate_becomes_that_of_the_line() {
        let second = |rate: u32| vec![1000; rate as usize];
        for rate in [8000, 16_000, 22_050, 48_000] {
            let read = read(&wav_of(1, rate, 16, u32::MAX, &second(rate))).unwrap();
            assert_eq!((read.len(), read[0], read[7999]), (8000, 1000, 1000), "{rate}");
        }
        let stereo = [100, -100, 200, -200];
        assert_eq!(read(&wav_of(2, 8000, 16, 8, &stereo)).unwrap(), [100, 200]);
    }

    #[test]
    fn samples_alone_are_taken_as_they_are() {
        assert_eq!(read(&[0x10, 0x27, 0xf0, 0xd8, 9]).unwrap(), [10_000, -10_000]);
    }

    #[test]
    fn what_is_no_sound_is_refused() {
        let loud = [1000; 100];
        for bad in [
            wav_of(1, 8000, 8, 200, &loud),
            wav_of(1, 4000, 16, 200, &loud),
            wav_of(3, 8000, 16, 200, &loud),
            wav_of(1, 8000, 16, 200, &[0; 100]),
            wav_of(1, 8000, 16, 200, &loud)[..50].to_vec(),
            b"RIFF".to_vec(),
            vec![],
        ] {
            assert!(read(&bad).is_err());
        }
    }
}
