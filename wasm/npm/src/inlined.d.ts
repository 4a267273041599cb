/** Filled in by the build: the bytes of the wasm file, deflated, as base64. */
declare module 'cookshelf-wasm-base64' {
  const base64: string;
  export default base64;
}
