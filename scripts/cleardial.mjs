#!/usr/bin/env node
// `cleardial` on the PATH, once `npm link` was run in the clone: the same as `npm run -s cleardial --`.
process.argv.splice(2, 0, "worker/cli/main.ts");
await import("./run.mjs");
