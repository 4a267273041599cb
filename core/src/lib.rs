//! The Cookshelf model: blob format, scoring and ranking.
