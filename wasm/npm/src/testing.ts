/**
 * For the tests of pages that use this package: a recommender that says what the test says, a real model of twelve
 * items, and a check that nothing leaves.
 *
 * ```js
 * import { fakeRecommender } from 'cookshelf/testing';
 * const shelf = fakeRecommender({ lists: { similar: ['1', '2', '3'] } });
 * const { items } = await shelf.similar('8214', { limit: 2 });   // 1 and 2
 * shelf.calls;                                                   // [{ kind: 'similar', seeds: '8214', limit: 2 }]
 * ```
 */
export { fakeRecommender, type FakeItem, type FakeList, type FakeOptions, type FakeRecommender } from './testing/fake.js';
export { FIXTURE_ITEMS, fixtureModel, type FixtureModel } from './testing/fixture.js';
export { assertNoEgress, EgressError, type EgressOptions, type Guard } from './testing/egress.js';
