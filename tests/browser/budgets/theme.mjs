/** What a shelf costs a page of a theme by Lighthouse's count. */
import { scores } from '../lighthouse.mjs';
import { openHost } from '../theme-host.mjs';
import { tell } from './tell.mjs';

export async function theme(models) {
  const host = await openHost(models);
  try {
    const { without, below } = await scores({ without: `${host.origin}/?without`, below: `${host.origin}/` });
    tell('points that a shelf below the window costs in Lighthouse', Math.max(0, without.score - below.score), '', { most: 2, aim: 0 });
    tell('script of a theme page before anybody scrolls, as it crosses the line', below.script, 'B', { most: 10_000, apart: true });
  } finally {
    await host.close();
  }
}
