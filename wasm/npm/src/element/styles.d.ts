/** Filled in by the build: shelf.css, made small. */
declare module 'cookshelf-element-css' {
  const css: string;
  export default css;
}
