'use client';
/**
 * React hooks and components. React itself is the page's (18 or newer).
 *
 * ```jsx
 * import { CookshelfProvider, Shelf } from 'cookshelf/react';
 * <CookshelfProvider recommender={{ model: '/models/manifest.json' }}>
 *   <Shelf request={{ kind: 'similar', seeds: '8214', limit: 6, cards: true }} fallback={<Skeleton />}>
 *     {({ items }) => <ul>{items.map(({ id, card }) => <li key={id}><a href={card?.address}>{card?.title}</a></li>)}</ul>}
 *   </Shelf>
 * </CookshelfProvider>
 * ```
 */
import type * as React from 'react';
import type { CookShelfAttributes } from './bindings/attributes.js';

export { CookshelfProvider, Shelf, useList, useLists, useRecommender } from './bindings/react.js';
export type { CookshelfProviderProps, ShelfProps, UseListOptions, UseListsOptions } from './bindings/react.js';
export type { CookShelfAttributes } from './bindings/attributes.js';
export type { RecommenderSource } from './bindings/source.js';
export type { ListOptions, ListsOptions, ListsState, ListState, ShelfRequest, Status, UsedList, UsedLists } from './bindings/watch.js';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'cook-shelf': React.DetailedHTMLProps<React.HTMLAttributes<HTMLElement>, HTMLElement> & CookShelfAttributes;
    }
  }
}
