//! What a call has to be so that it can be batched.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    hash::Hash,
};

use crate::wechat::{Error, Operation};

/// One kind of call that carries many items.
pub trait BatchCall: Clone + Send + Sync + 'static {
    /// Items with different keys go in different calls.
    type Key: Clone + fmt::Debug + Eq + Hash + Send + Sync;
    /// What a call is about.
    type Item: Clone + fmt::Debug + Ord + Hash + Send + Sync;
    /// A call carries at most one item of each slot, since its answer could not tell two of them apart.
    type Slot: fmt::Debug + Eq + Hash + Send + Sync;
    /// What comes out for one item.
    type Output: Clone + fmt::Debug + Send + Sync;
    /// How new the output has to be.
    type Freshness: Copy + Send + Sync;
    /// What was true when a call was sent.
    type Version: Copy + fmt::Debug + Send + Sync;

    /// What tells this kind of call from others.
    const KIND: &'static str;

    /// Whether it changes something: what was sent may then have taken effect, whatever becomes of its answer.
    const WRITES: bool;

    /// The slot an item takes.
    fn slot(item: &Self::Item) -> Self::Slot;

    /// What is known of an item without asking.
    fn known(
        &self,
        key: &Self::Key,
        item: &Self::Item,
        how: Self::Freshness,
    ) -> Option<Self::Output>;

    /// Called when a window is closed.
    fn version(&self) -> Self::Version;

    /// Whether what a call under way, sent at `version`, will say of an item is new enough.
    fn will_do(&self, item: &Self::Item, version: Self::Version, how: Self::Freshness) -> bool;

    /// Waits for what a call needs before it can be sent. The window stays open meanwhile.
    fn ready(&self, operation: &Operation) -> impl Future<Output = Result<(), Error>> + Send;

    /// Sends the items; each that somebody waits for to the end has a result. A write asks `wanted` before each request.
    fn send(
        &self,
        operation: &Operation,
        key: &Self::Key,
        version: Self::Version,
        items: BTreeSet<Self::Item>,
        wanted: &dyn Wanted<Self::Item>,
    ) -> impl Future<Output = Results<Self>> + Send;
}

/// Who still waits for the items of a batch. An operation may end while the batch goes on for others: what was not sent
/// for it by then is not sent at all.
pub trait Wanted<I>: Send + Sync {
    /// Those of `items` that somebody waits for.
    fn wanted(&self, items: &BTreeSet<I>) -> BTreeSet<I>;

    /// Whether somebody waits for each of `items`. If so, a request carries them: whoever leaves from now on is told that
    /// they may have been sent.
    fn claim(&self, items: &BTreeSet<I>) -> bool;

    /// So many requests that carried `items` certainly had no effect. Once that is so for all of an item's requests,
    /// whoever leaves is told so.
    fn release(&self, items: &BTreeSet<I>, requests: u32);
}

/// What came of each item.
pub type Results<C> = BTreeMap<<C as BatchCall>::Item, Result<<C as BatchCall>::Output, Error>>;
