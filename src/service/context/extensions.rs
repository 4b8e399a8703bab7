//! What use cases share within a process, one value a type, without the context naming them all.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// One value a type, made when it is first asked for; clones share them.
#[derive(Clone, Default)]
pub struct Extensions(Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>);

impl Extensions {
    /// The value of this type.
    pub fn get<T: Clone + Default + Send + 'static>(&self) -> T {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.entry(TypeId::of::<T>()).or_insert_with(|| Box::new(T::default()));
        value.downcast_ref::<T>().cloned().unwrap_or_default()
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extensions")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_one_value_a_type() {
        let extensions = Extensions::default();
        let shared: Arc<Mutex<u32>> = extensions.clone().get();
        *shared.lock().unwrap() = 7;
        assert_eq!(*extensions.get::<Arc<Mutex<u32>>>().lock().unwrap(), 7);
        assert_eq!(*extensions.get::<Arc<Mutex<u64>>>().lock().unwrap(), 0);
    }
}
