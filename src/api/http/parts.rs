//! Schemas that are made from another: a change takes what a new one takes, one operation takes less
//! than another.

use std::iter;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Object, RefOr, Schema,
        schema::{AnyOf, Type},
    },
};

/// Nothing to say; what is said all the same is not read.
#[derive(ToSchema)]
pub struct Empty {}

/// Any of the fields of `T`, and at least one.
pub fn change_of<T: PartialSchema>(description: &str) -> RefOr<Schema> {
    let mut object = object::<T>();
    object.required.clear();
    object.min_properties = Some(1);
    object.description = Some(description.to_owned());
    object.into()
}

/// Some of the fields of `T`, of which these are needed.
pub fn part_of<T: PartialSchema>(fields: &[&str], needed: &[&str]) -> RefOr<Schema> {
    let mut object = object::<T>();
    object.properties.retain(|name, _| fields.contains(&name.as_str()));
    object.required = needed.iter().map(|&name| name.to_owned()).collect();
    // The other fields are taken as well.
    object.additional_properties = None;
    object.description = None;
    object.into()
}

/// This or null, in a field that an answer may lack.
pub fn or_null(schema: impl Into<Schema>) -> RefOr<Schema> {
    let null = Object::with_type(Type::Null);
    let mut either = AnyOf::new();
    either.items = iter::once(schema.into()).chain([null.into()]).map(RefOr::T).collect();
    Schema::AnyOf(either).into()
}

fn object<T: PartialSchema>() -> Object {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object,
        _ => Object::new(),
    }
}

/// Names a schema that is made from that of an input.
macro_rules! name_schema {
    ($name:ident, $input:ty, $schema:expr) => {
        pub(crate) enum $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $schema
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schemas(all: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                <$input as utoipa::ToSchema>::schemas(all);
            }
        }
    };
}
pub(crate) use name_schema;
