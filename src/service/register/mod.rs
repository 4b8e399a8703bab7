//! The register: entries, checks, files that come in and go out.

pub mod address_book;
pub mod checks;
pub mod entries;
pub mod exports;
pub mod file_imports;
pub mod import_approvals;
pub mod looks;
