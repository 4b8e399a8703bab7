//! What comes in: settings and fields read strictly, with every fault at once; what is stored, forgivingly.

pub mod faults;
pub(crate) mod newer;
pub(crate) mod past_day;
pub mod settings;
