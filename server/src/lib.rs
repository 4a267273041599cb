//! The `cookshelf` program: contract folder in, models out, served to browsers.
//!
//! Rooms, in reading order; arrows go down this list only:
//!
//! ```text
//! cli · http · api · jobs    front doors and the work in the background: translate, call, reply
//!   service           all of a server together
//!   live              rows that arrive one by one -> files that the next cook reads
//!   backup            a server's whole state -> one file, and back
//!   sweep             what lies in the store -> what nobody needs, and its end
//!   announce          facts of an endpoint and an event -> its next signed manifest
//!   page              what a cook or a comparison looks like: HTML and SVG
//!   cook              the order of the stages, nothing else
//!     contract        a data folder  -> catalogue, interactions, report
//!     train           interactions   -> neighbours, factors, charts
//!     pack            those          -> a core model and its sections
//!     publish         sections       -> blobs on disk, manifest last
//! onnx                a picture or a text -> a vector, by a model of the shop's own
//! pictures            addresses of pictures -> pixels
//! draw                numbers -> charts
//! artifacts           what cooks leave behind, in a folder or an object store
//! config              how a server is set up
//! console             the files of a web page for operators, and the npm package that it runs
//! access              who may do what: keys, roles, the table of rights
//! release             models and a strategy -> a signed manifest
//! schedule            a clock and a rhythm -> what is owed a cook
//! storage             folders on disk and in object stores
//! control             the server's database: resources, audit, keys, cooks, models, releases
//! traces              spans of the work -> a collector
//! catalogue, coding, settings, interaction, picture, markup, progress, memory, moment, exit_code    values every stage shares
//! demo                a believable shop, written as a contract folder
//! ```

pub mod cli;

pub mod backup;
pub mod cook;
pub mod http;
pub mod jobs;
pub mod live;
pub mod page;
pub mod service;
pub mod sweep;

pub mod access;
pub mod announce;
pub mod api;
pub mod artifacts;
pub mod config;
pub mod console;
pub mod contract;
pub mod control;
pub mod draw;
pub mod eval;
pub mod onnx;
pub mod pack;
pub mod pictures;
pub mod publish;
pub mod release;
pub mod resource;
pub mod schedule;
pub mod train;

pub mod catalogue;
pub mod chance;
pub mod coding;
pub mod exit_code;
pub mod interaction;
pub mod markup;
pub mod memory;
pub mod moment;
pub mod picture;
pub mod progress;
pub mod settings;
pub mod signals;
pub mod storage;
pub mod traces;

pub mod demo;
