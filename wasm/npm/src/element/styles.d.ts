/** Filled in by the build: shelf.css and list.css, made small. */
declare module 'cookshelf-element-css' {
  const css: string;
  export default css;
}

declare module 'cookshelf-list-css' {
  const css: string;
  export default css;
}
