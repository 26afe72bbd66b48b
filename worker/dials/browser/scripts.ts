/** The scripts of the browser's gate, as they are sent: they run in browsers, and are small. */
import { DIAL_PATH, handled, SETUP_PATH } from "../../../shared/dials/browser-gate.ts";

/**
 * The service worker of `/dial`. Without it, a network that does not answer would replace the CRM with Chrome's error page. It
 * asks by a request of its own, which the extension stops while its gate works here: then the page stays, and at once. An
 * extension of before marks that request instead. Frames go past it.
 */
export const serviceWorker = `addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname !== "${DIAL_PATH}" || event.request.destination !== "document") return;
  const late = new Promise((_, stop) => setTimeout(stop, 800));
  const answer = self.fetch("${DIAL_PATH}", { cache: "no-store" }).then((said) => (said.status < 300 ? said : Promise.reject()));
  event.respondWith(Promise.race([answer, late]).catch(() => new Response(null, { status: 204 })));
});
`;

/** Of the page on which it is turned on and undone. The fragment says for which schemes, and whether with a service worker. */
export const setUp = `const address = location.origin + "${DIAL_PATH}#u=%s";
const asked = new URLSearchParams(location.hash.slice(1));
const known = ${JSON.stringify(handled)};
const schemes = (asked.get("schemes") ?? "tel").split(",").filter((scheme) => known.includes(scheme));
const say = (id) => { for (const p of document.querySelectorAll("[data-said]")) p.hidden = p.dataset.said !== id; };
async function worker() {
  const scope = "${DIAL_PATH}";
  if (asked.get("worker") === "no") return (await navigator.serviceWorker.getRegistration(scope))?.unregister();
  return navigator.serviceWorker.register("${DIAL_PATH}/worker.js", { scope });
}
document.getElementById("on").addEventListener("click", async () => {
  try {
    for (const scheme of schemes) navigator.registerProtocolHandler(scheme, address);
    // Chrome tells nobody that it asks. The extension hears of this request, and so knows that somebody pressed.
    self.fetch("${SETUP_PATH}", { cache: "no-store" }).catch(() => {});
    say("asked");
    await worker();
  } catch { say("failed"); }
});
document.getElementById("off").addEventListener("click", async () => {
  try {
    for (const scheme of known) navigator.unregisterProtocolHandler(scheme, address);
    await (await navigator.serviceWorker.getRegistration("${DIAL_PATH}"))?.unregister();
    say("undone");
  } catch { say("failed"); }
});
for (const id of ["on", "off"]) document.getElementById(id).disabled = false;
`;
