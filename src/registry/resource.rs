//! What operations do to the resources that a stateful mock server keeps.

/// What an operation does to a resource.
#[derive(Debug)]
pub struct Resource {
    /// What it does.
    pub effect: Effect,
    /// The templates of the resource's path, of which the first whose variables are known applies.
    pub paths: &'static [&'static str],
    /// JSON pointer of the resource, or of the list, in the response.
    pub item: &'static str,
    /// JSON pointer of the number of all items in the response.
    pub count: Option<&'static str>,
    /// The member of the request that lists the keys in their new order.
    pub keys: Option<&'static str>,
}

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Creates one that does not exist.
    Create,
    /// Creates or replaces one.
    Set,
    /// Reads one.
    Read,
    /// Needs one, and shows nothing of it.
    Use,
    /// Changes what is set.
    Update,
    /// Deletes one, with all that belongs to it.
    Delete,
    /// Lists all in a collection.
    List,
    /// Changes the order of those in a collection.
    Order,
}

/// A collection of resources.
#[derive(Debug)]
pub struct Collection {
    /// Its name in paths.
    pub name: &'static str,
    /// The response if there is no such resource.
    pub unknown: Refusal,
    /// The response if there is one already.
    pub exists: Option<Refusal>,
    /// The values of variables that a request does not have; `{n}` is a number of six digits.
    pub fresh: &'static [(&'static str, &'static str)],
}

/// A documented refusal.
#[derive(Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: &'static str,
}
