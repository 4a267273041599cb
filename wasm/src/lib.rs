//! Browser bindings of the Cookshelf core.
