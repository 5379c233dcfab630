/** Text that the bundler takes in as it stands. */
declare module "*.html" {
  const text: string;
  export default text;
}
