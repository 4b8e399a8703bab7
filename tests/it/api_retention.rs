//! The runs over REST.
