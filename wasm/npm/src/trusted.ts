/** What a page asks of the manifest before anything of it is used. */
export interface ManifestTrust {
  /**
   * Public keys of the endpoint, in base64: then only manifests that one of them signed are used, and none older than one seen
   * before. The keys that such a manifest announces are trusted as well, so that keys can be changed without changing the page.
   */
  keys?: readonly string[];
  /** With `keys`: the endpoint whose manifest it has to be, such as `acme/endpoints/web`. */
  endpoint?: string;
  /** Shows the model that a blue-green release offers for a look, or the one of a shadow, where there is one. */
  preview?: boolean;
}
