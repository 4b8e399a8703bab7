//! Stories and checks of people, sign-in, directory and devices.

pub mod api_devices;
pub mod api_me;
pub mod api_people;
pub mod api_teams;
pub mod bearer;
pub mod openid_desk;
pub mod openid_logout;
pub mod openid_proof;
pub mod openid_tenant;
pub mod scim;
pub mod scim_shapes;
pub mod scim_teams;
pub mod sign_in;
pub mod story_channel_test;
pub mod story_directory;
pub mod story_push;
pub mod story_push_button;
