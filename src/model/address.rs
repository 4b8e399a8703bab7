//! Dutch addresses, as people write them and as they are compared.

use serde::{Deserialize, Serialize};

/// An address as given with a visit or in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Street name.
    pub street: String,
    /// House number, 1 to 99999.
    pub house_number: u32,
    /// House letter, one letter.
    #[serde(default)]
    pub house_letter: Option<String>,
    /// Addition, up to four letters or digits.
    #[serde(default)]
    pub addition: Option<String>,
    /// Postcode, `1234 AB`; unknown is allowed when street and city are given.
    #[serde(default)]
    pub postcode: Option<String>,
    /// City.
    pub city: String,
    /// The BAG's id of the number designation, when known.
    #[serde(default)]
    pub bag_id: Option<String>,
}
