/** `npm run soak:worker [-- kills [seed]]`: kills the Worker at 100 random moments while eight write. */
import { UnderLoad } from "./load.ts";

const [kills = "100", seed = String(Date.now() % 1e9)] = process.argv.slice(2);
console.log(`${kills} kills, seed ${seed}`);
const load = new UnderLoad(Number(seed));
try {
  await load.begin();
  console.table([await load.kill(Number(kills))]);
} finally {
  await load.end();
}
