//! The running program: databases, instances, crashes, upgrades.

pub mod crash;
pub mod database_trouble;
pub mod databases;
pub mod goldens;
pub mod hot_queries;
pub mod instances;
pub mod instances_failover;
pub mod large_organisation;
pub mod peer_story;
pub mod store_together;
pub mod story_changed_elsewhere;
pub mod story_log;
pub mod story_spoiled;
pub mod upgrade;
