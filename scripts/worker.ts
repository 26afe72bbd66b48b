/** `npm run worker`: starts the Worker alone, without demo data. Set PORT, STATE_DIR and SETUP_CODE to change the defaults. */
import { resolve } from "node:path";
import type { HealthAnswer } from "../shared/api.ts";
import { at, whereCalled } from "./lib/paths.ts";
import { claimPort, portFrom } from "./lib/ports.ts";
import { main, onEnd, Plain } from "./lib/processes.ts";
import { call } from "./lib/seed.ts";
import { makeSetupCode, startWorker } from "./lib/worker.ts";

await main(async () => {
  const port = portFrom("PORT", 8787);
  await claimPort(port, "PORT");
  const given = process.env["STATE_DIR"];
  const stateDir = given ? resolve(whereCalled(), given) : at(".wrangler/state");
  const setupCode = process.env["SETUP_CODE"] || makeSetupCode();

  console.log("Starting the Worker…");
  const worker = await startWorker({ port, stateDir, setupCode, verbose: true });
  let asked = false;
  onEnd(() => {
    asked = true;
    return worker.stop();
  });

  const health = await call<HealthAnswer>(worker.url, null, "GET", "/v1/health");
  console.log(`\nClearDial's Worker is at ${worker.url} (its API is described at ${worker.url}/docs).`);
  console.log(`Its database is in ${stateDir}.`);
  if (health.setup) {
    console.log("\nNobody has an account yet. The first admin is made once, with the setup code:\n");
    console.log(`  curl ${worker.url}/v1/setup -H "content-type: application/json" \\`);
    console.log(`    -d '{"code":"${setupCode}","name":"YOUR NAME","email":"YOU@EXAMPLE.COM"}'\n`);
  }
  console.log("Ctrl-C ends it.");

  await worker.ended;
  if (!asked) throw new Plain("The Worker ended unexpectedly: see its messages above.");
});
