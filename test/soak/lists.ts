/** `npm run soak:lists [-- rounds [seed]]`: kills the command line, then the Worker, at 50 random moments each. */
import { Killing } from "./kills.ts";

const [rounds = "50", seed = String(Date.now() % 1e9)] = process.argv.slice(2);
console.log(`${rounds} rounds each, seed ${seed}`);
const killing = new Killing(Number(seed));
try {
  await killing.begin();
  console.table([await killing.commandLine(Number(rounds)), await killing.worker(Number(rounds))]);
} finally {
  await killing.end();
}
