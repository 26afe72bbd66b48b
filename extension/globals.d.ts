/** The bundler's import schemes. `url:` makes a bundle of its own from a file; the import is its address. */
declare module "url:*" {
  const address: string;
  export default address;
}
declare module "*.css";
