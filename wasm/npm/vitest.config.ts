import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Bindings and the testing entry find the package by its own name, as they do when it is installed.
  resolve: { alias: { cookshelf: new URL('./src/index.ts', import.meta.url).pathname } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
