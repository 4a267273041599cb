//! The routes of Intelligent Recommendations: each at the root, where the host says which endpoint is meant, and below
//! a path that says it.

use super::reco::{self, LONGEST};
use super::routes::{Form, Gives, Parameter, Route, json, parameter, route, run};
use crate::access::Verb;

/// Something but commas and spaces.
const ITEMS: Form = Form::Like("[^,\\s]");

const MODELING: Parameter =
    parameter("modeling", Form::Text, "which modeling; the endpoint's first when not said");
const CHANNEL: Parameter = parameter("channelId", Form::Text, "only what is sold in this channel");
const CATALOG: Parameter =
    parameter("catalogId", Form::Text, "only what is sold in this catalogue of the channel");
const COUNT: Parameter = parameter("count", Form::Whole(0, LONGEST), "items, 20 when not said, at most 1000");
const SKIP: Parameter =
    parameter("skipItems", Form::Whole(0, LONGEST), "items of the list that are passed over");
const ALGORITHM: Parameter = parameter(
    "algoType",
    Form::Words(&[
        "",
        "MF",
        "DirectAssociation",
        "Textual",
        "Visual",
        "CompleteSimilarStyles",
        "RecentViews",
    ]),
    "how the list is made; in any case of letters",
);
const USER: Parameter =
    parameter("userId", Form::Text, "read and forgotten: nothing is known of anybody here");
const HISTORY: Parameter =
    parameter("history", Form::Text, "items that the shopper looked at, newest first, with commas between");
const CART: Parameter =
    Parameter { needed: true, ..parameter("seedItemIds", ITEMS, "items of the cart, with commas between") };

/// What stands behind the `?` of the routes of Intelligent Recommendations; names in any case.
const RECO: &[Parameter] = &[MODELING, CHANNEL, CATALOG, COUNT, SKIP, ALGORITHM, USER, HISTORY];
/// Of those whose list is of one kind only.
const PLAIN: &[Parameter] = &[MODELING, CHANNEL, CATALOG, COUNT, SKIP, USER, HISTORY];
const SEEDS: &[Parameter] = &[CART, MODELING, CHANNEL, CATALOG, COUNT, SKIP, USER, HISTORY];
const WORDS: &[Parameter] = &[MODELING, CHANNEL, CATALOG];
const TRIGGER: &[Parameter] = &[MODELING];
const LIST: &[Gives] = &[json(200, "the list", "RecoResponse")];
const FREE: &[Gives] = &[Gives { status: 200, about: "as it was", body: Some(("application/json", None)) }];

/// A route of Intelligent Recommendations: at the root, where the host says which endpoint is meant, or below a path
/// that says it.
macro_rules! reco {
    ($at:literal, $id:literal, $method:literal, $path:literal, $query:expr, $about:literal, $gives:expr, $run:path) => {
        Route {
            any_case: true,
            query: $query,
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
        RECO,
        "Items that are like one",
        LIST,
        reco::similar
    ),
    reco!(
        "",
        "recoCartItems",
        "GET",
        "/reco/v1.0/cart/items",
        SEEDS,
        "What goes with the items of a cart",
        LIST,
        reco::cart
    ),
    reco!("", "recoCart", "GET", "/reco/v1.0/cart/{item}", PLAIN, "What goes with an item", LIST, reco::cart),
    reco!(
        "",
        "recoPicks",
        "GET",
        "/reco/v1.0/picks",
        RECO,
        "Picks for what the shopper did, which the caller tells",
        LIST,
        reco::picks
    ),
    reco!(
        "",
        "recoPicksOf",
        "POST",
        "/reco/v1.0/picks",
        RECO,
        "The same, with what the shopper did in the body",
        LIST,
        reco::picks
    )
    .takes_if_given("Context"),
    reco!("", "recoNew", "GET", "/reco/v1.0/new", PLAIN, "New items", LIST, reco::new),
    reco!("", "recoPopular", "GET", "/reco/v1.0/popular", PLAIN, "Popular items", LIST, reco::popular),
    reco!("", "recoBestSelling", "GET", "/reco/v1.0/bestselling", PLAIN, "The same", LIST, reco::popular),
    reco!("", "recoTrending", "GET", "/reco/v1.0/trending", PLAIN, "Items that gain", LIST, reco::trending),
    reco!(
        "",
        "recoSelectors",
        "GET",
        "/reco/v1.0/discovery/similar/selectors/{item}",
        WORDS,
        "Words of filters among items that look alike",
        FREE,
        reco::selectors
    ),
    reco!(
        "",
        "recoPersonalize",
        "POST",
        "/reco/v1.0/personalization",
        PLAIN,
        "Items in the order in which the shopper may like them",
        LIST,
        reco::personalize
    )
    .takes_if_given("Context"),
    reco!("", "recoControl", "POST", "/control/v1.0/model", TRIGGER, "Ask for a cook", FREE, reco::control),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoSimilarAt",
        "GET",
        "/reco/v1.0/similar/{item}",
        RECO,
        "Items that are like one",
        LIST,
        reco::similar
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoCartItemsAt",
        "GET",
        "/reco/v1.0/cart/items",
        SEEDS,
        "What goes with the items of a cart",
        LIST,
        reco::cart
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoCartAt",
        "GET",
        "/reco/v1.0/cart/{item}",
        PLAIN,
        "What goes with an item",
        LIST,
        reco::cart
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoPicksAt",
        "GET",
        "/reco/v1.0/picks",
        RECO,
        "Picks for what the shopper did, which the caller tells",
        LIST,
        reco::picks
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoPicksOfAt",
        "POST",
        "/reco/v1.0/picks",
        RECO,
        "The same, with what the shopper did in the body",
        LIST,
        reco::picks
    )
    .takes_if_given("Context"),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoNewAt",
        "GET",
        "/reco/v1.0/new",
        PLAIN,
        "New items",
        LIST,
        reco::new
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoPopularAt",
        "GET",
        "/reco/v1.0/popular",
        PLAIN,
        "Popular items",
        LIST,
        reco::popular
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoBestSellingAt",
        "GET",
        "/reco/v1.0/bestselling",
        PLAIN,
        "The same",
        LIST,
        reco::popular
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoTrendingAt",
        "GET",
        "/reco/v1.0/trending",
        PLAIN,
        "Items that gain",
        LIST,
        reco::trending
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoSelectorsAt",
        "GET",
        "/reco/v1.0/discovery/similar/selectors/{item}",
        WORDS,
        "Words of filters among items that look alike",
        FREE,
        reco::selectors
    ),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoPersonalizeAt",
        "POST",
        "/reco/v1.0/personalization",
        PLAIN,
        "Items in the order in which the shopper may like them",
        LIST,
        reco::personalize
    )
    .takes_if_given("Context"),
    reco!(
        "/ir/{account}/{endpoint}",
        "recoControlAt",
        "POST",
        "/control/v1.0/model",
        TRIGGER,
        "Ask for a cook",
        FREE,
        reco::control
    )
    .may(Verb::Read),
];
