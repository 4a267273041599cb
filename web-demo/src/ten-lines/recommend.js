import { createRecommender } from 'cookshelf';

export async function recommend(place) {
  const shelf = await createRecommender({ model: '/models/manifest.json' });
  const { items } = await shelf.forYou({ limit: 6, cards: true });
  place.append(...items.map(({ id, card }) => {
    const link = document.createElement('a');
    return Object.assign(link, { href: `#/product/${id}`, text: card.title });
  }));
}
