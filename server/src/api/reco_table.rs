//! The routes of Intelligent Recommendations: each at the root, where the host says which endpoint is meant, and below
//! a path that says it.

use super::reco;
use super::routes::{Gives, Parameter, Route, json, route, run};
use crate::access::Verb;

const fn parameter(name: &'static str, kind: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind, about }
}

const MODELING: Parameter =
    parameter("modeling", "string", "which modeling; the endpoint's first when not said");
const CHANNEL: Parameter = parameter("channelId", "string", "only what is sold in this channel");
const CATALOG: Parameter =
    parameter("catalogId", "string", "only what is sold in this catalogue of the channel");
const COUNT: Parameter = parameter("count", "integer", "items, 20 when not said, at most 1000");
const SKIP: Parameter = parameter("skipItems", "integer", "items of the list that are passed over");
const ALGORITHM: Parameter =
    parameter("algoType", "string", "MF, Textual, Visual, CompleteSimilarStyles or RecentViews");
const USER: Parameter = parameter("userId", "string", "read and forgotten: nothing is known of anybody here");
const HISTORY: Parameter =
    parameter("history", "string", "items that the shopper looked at, newest first, with commas between");
const CART: Parameter = parameter("seedItemIds", "string", "items of the cart, with commas between");

/// What stands behind the `?` of the routes of Intelligent Recommendations; names in any case.
const RECO: &[Parameter] = &[MODELING, CHANNEL, CATALOG, COUNT, SKIP, ALGORITHM, USER, HISTORY];
const SEEDS: &[Parameter] = &[CART, MODELING, CHANNEL, CATALOG, COUNT, SKIP, HISTORY];
const LIST: &[Gives] = &[json(200, "the list", "RecoResponse")];
const FREE: &[Gives] = &[Gives { status: 200, about: "as it was", body: Some(("application/json", None)) }];

/// A route of Intelligent Recommendations: at the root, where the host says which endpoint is meant, or below a path
/// that says it.
macro_rules! reco {
    ($at:literal, $id:literal, $method:literal, $path:literal, $about:literal, $gives:expr, $run:path) => {
        Route {
            any_case: true,
            query: RECO,
            ..route($id, $method, concat!($at, $path), $about, $gives, run!($run))
        }
    };
}

/// All of them.
pub(super) static RECO_ROUTES: &[Route] = &[
    reco!(
        "",
        "recoSimilar",
        "GET",
        "/reco/v1.0/similar/{item}",
        "Items that are like one",
        LIST,
        reco::similar
    ),
    Route {
        query: SEEDS,
        ..reco!(
            "",
            "recoCartItems",
            "GET",
            "/reco/v1.0/cart/items",
            "What goes with the items of a cart",
            LIST,
            reco::cart
        )
    },
    reco!("", "recoCart", "GET", "/reco/v1.0/cart/{item}", "What goes with an item", LIST, reco::cart),
    reco!(
        "",
        "recoPicks",
        "GET",
        "/reco/v1.0/picks",
        "Picks for what the shopper did, which the caller tells",
        LIST,
        reco::picks
    ),
    reco!(
        "",
        "recoPicksOf",
        "POST",
        "/reco/v1.0/picks",
        "The same, with what the shopper did in the body",
        LIST,
        reco::picks
    )
    .takes("Context"),
    reco!("", "recoNew", "GET", "/reco/v1.0/new", "New items", LIST, reco::new),
    reco!("", "recoPopular", "GET", "/reco/v1.0/popular", "Popular items", LIST, reco::popular),
    reco!("", "recoBestSelling", "GET", "/reco/v1.0/bestselling", "The same", LIST, reco::popular),
    reco!("", "recoTrending", "GET", "/reco/v1.0/trending", "Items that gain", LIST, reco::trending),
    reco!(
        "",
        "recoSelectors",
        "GET",
        "/reco/v1.0/discovery/similar/selectors/{item}",
        "Words of filters among items that look alike",
        FREE,
        reco::selectors
    ),
    reco!(
        "",
        "recoPersonalize",
        "POST",
        "/reco/v1.0/personalization",
        "Items in the order in which the shopper may like them",
        LIST,
        reco::personalize
    )
    .takes("Context"),
    reco!("", "recoControl", "POST", "/control/v1.0/model", "Ask for a cook", FREE, reco::control),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoSimilarAt",
        "GET",
        "/reco/v1.0/similar/{item}",
        "Items that are like one",
        LIST,
        reco::similar
    ),
    Route {
        query: SEEDS,
        ..reco!(
            "/ir/{account}/{endpoint}",
            "recoCartItemsAt",
            "GET",
            "/reco/v1.0/cart/items",
            "What goes with the items of a cart",
            LIST,
            reco::cart
        )
    },
    reco!(
        "/ir/{account}/{endpoint}",
        "recoCartAt",
        "GET",
        "/reco/v1.0/cart/{item}",
        "What goes with an item",
        LIST,
        reco::cart
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoPicksAt",
        "GET",
        "/reco/v1.0/picks",
        "Picks for what the shopper did, which the caller tells",
        LIST,
        reco::picks
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoPicksOfAt",
        "POST",
        "/reco/v1.0/picks",
        "The same, with what the shopper did in the body",
        LIST,
        reco::picks
    )
    .takes("Context"),
    reco!("/ir/{account}/{endpoint}", "recoNewAt", "GET", "/reco/v1.0/new", "New items", LIST, reco::new),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoPopularAt",
        "GET",
        "/reco/v1.0/popular",
        "Popular items",
        LIST,
        reco::popular
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoBestSellingAt",
        "GET",
        "/reco/v1.0/bestselling",
        "The same",
        LIST,
        reco::popular
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoTrendingAt",
        "GET",
        "/reco/v1.0/trending",
        "Items that gain",
        LIST,
        reco::trending
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoSelectorsAt",
        "GET",
        "/reco/v1.0/discovery/similar/selectors/{item}",
        "Words of filters among items that look alike",
        FREE,
        reco::selectors
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoPersonalizeAt",
        "POST",
        "/reco/v1.0/personalization",
        "Items in the order in which the shopper may like them",
        LIST,
        reco::personalize
    )
    .takes("Context"),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoControlAt",
        "POST",
        "/control/v1.0/model",
        "Ask for a cook",
        FREE,
        reco::control
    )
    .may(Verb::Read),
];
