/** `?raw`: the text of a file of ours, as it is. The build does it. */
declare module '*?raw' {
  const text: string;
  export default text;
}
