/** The bundler's own import schemes. `url:` bundles a file for itself and answers its address. */
declare module "url:*" {
  const address: string;
  export default address;
}
declare module "*.css";
