import { createRecommender } from 'cookshelf';

export async function recommend(place) {
  const shelf = await createRecommender({ model: '/models/manifest.json' });
  const { items } = await shelf.forYou({ limit: 6, cards: true });
  for (const { id, card } of items) {
    const link = document.createElement('a');
    place.append(Object.assign(link, { href: `#/product/${id}`, textContent: card.title }));
  }
}
