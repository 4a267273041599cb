/** The Cache API in memory, and one that refuses. */
export class FakeCaches {
  readonly stores = new Map<string, Map<string, Uint8Array<ArrayBuffer>>>();

  async open(name: string): Promise<unknown> {
    const store = this.stores.get(name) ?? new Map<string, Uint8Array<ArrayBuffer>>();
    this.stores.set(name, store);
    return {
      put: async (url: string, response: Response) => {
        store.set(url, new Uint8Array(await response.arrayBuffer()));
      },
      delete: async (request: string | { url: string }) => store.delete(typeof request === 'string' ? request : request.url),
      keys: async () => [...store.keys()].map((url) => ({ url })),
    };
  }

  async match(url: string, { cacheName }: { cacheName: string }): Promise<Response | undefined> {
    const bytes = this.stores.get(cacheName)?.get(url);
    return bytes === undefined ? undefined : new Response(bytes);
  }

  async delete(name: string): Promise<boolean> {
    return this.stores.delete(name);
  }

  /** The addresses kept in the package's cache. */
  kept(): string[] {
    return [...(this.stores.get('cookshelf-v1')?.keys() ?? [])];
  }
}

export class RefusingCaches {
  async open(): Promise<never> {
    throw new DOMException('storage is blocked', 'SecurityError');
  }
  match = this.open;
  delete = this.open;
}
