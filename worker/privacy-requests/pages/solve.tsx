/**
 * In a flood, the answer to a form that was sent: the browser works out the challenge and sends the form by itself. Without
 * scripts, and where that fails, it says so, and how else to reach the company. What was written stays in the form.
 */
import { useContext } from "hono/jsx";
import type { Challenge } from "../../../shared/api.ts";
import { fill } from "../../../shared/texts/language.ts";
import { Spoken } from "./words.tsx";

/** The field of the form that holds the solution. */
export const SOLUTION = "solution";
export const SOLVER_PATH = "/privacy-request/solve.js";

/** The script, as it is sent: it runs in browsers, and is small. It gives up after five minutes. */
export const solver = `const part = (name) => document.querySelector("[data-part=" + name + "]");
const said = part("said"), waits = part("waits"), button = document.querySelector("button[type=submit]");
const works = document.createElement("p"), title = document.title;
works.className = "notice";
works.textContent = said.dataset.works;
const say = (working) => {
  said.replaceChildren(working ? works : waits);
  document.title = working ? said.dataset.title : title;
  button.disabled = working;
};
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (byte) => parseInt(byte, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
async function solve({ nonce, salt, cost, keyLength, keyPrefix }) {
  const start = bytes(nonce);
  const tried = new Uint8Array(start.length + 4);
  tried.set(start);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  for (let counter = 0; performance.now() < 300000; counter++) {
    new DataView(tried.buffer).setUint32(start.length, counter);
    const key = await crypto.subtle.importKey("raw", tried, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = hex(await crypto.subtle.deriveBits(derivation, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
  throw new Error("too slow");
}
async function send() {
  say(true);
  const challenge = JSON.parse(said.dataset.challenge);
  const solution = await solve(challenge.parameters);
  const field = document.getElementById("${SOLUTION}");
  field.value = btoa(JSON.stringify({ challenge, solution }));
  field.form.submit();
}
// Who goes back to this page finds it as it was.
addEventListener("pageshow", ({ persisted }) => { if (persisted) say(false); });
send().catch(() => say(false));
`;

/** Before the form. What the script says, it puts into a region that is there, so that screen readers read it. */
export function Solving({ challenge, reach }: { challenge: Challenge; reach: string }) {
  const t = useContext(Spoken).form.flood;
  return (
    <div
      role="status"
      data-part="said"
      data-challenge={JSON.stringify(challenge)}
      data-works={t.works}
      data-title={t.worksTitle}
    >
      <div class="notice" data-part="waits">
        <p class="wrong">{t.notSent}</p>
        <p>{t.why}</p>
        <p>
          {reach ? fill(t.reach, { reach }) : t.reachHow} {t.later}
        </p>
      </div>
    </div>
  );
}

/** Behind the form, which has a field for the solution. */
export const Solver = () => <script src={SOLVER_PATH} />;
