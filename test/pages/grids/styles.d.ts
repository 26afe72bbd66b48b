/** Style sheets of packages, which the bundler takes. */
declare module "*.css";
