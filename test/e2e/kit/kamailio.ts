/**
 * A real Kamailio for softphones in pages: it asks for a password, keeps who registered, and sends every number to the user
 * `callee`. What it was asked for is in its log.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../scripts/lib/ports.ts";
import { fetchKamailio, runKamailio } from "../../kamailio.ts";

export interface SipServer {
  port: number;
  /** Requests that reached it since, in order, without those by which phones register: `INVITE +441614960101`. */
  requests: () => string[];
  forget: () => void;
  stop: () => Promise<void>;
}

/** A text: why it cannot be had. */
export async function startSipServer(): Promise<SipServer | string> {
  const kamailio = await fetchKamailio();
  if (typeof kamailio === "string") return kamailio;
  const folder = mkdtempSync(join(tmpdir(), "cleardial-kamailio-"));
  const port = await freePort();
  const { log, stop } = await runKamailio(kamailio, { config: configOf(port), port, folder });
  let before = 0;
  return {
    port,
    requests: () =>
      [
        ...log()
          .slice(before)
          .matchAll(/SEEN (.*)$/gm),
      ].map(([, request = ""]) => request.trim()),
    forget: () => (before = log().length),
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const loaded = [
  ...["kex", "tm", "tmx", "sl", "rr", "pv", "maxfwd", "usrloc", "registrar", "textops", "siputils"],
  ...["xlog", "auth", "nathelper", "xhttp", "websocket"],
];
/** Its own documents: https://www.kamailio.org/docs/modules/stable/modules/websocket.html has the most of this. */
const configOf = (port: number) => `#!KAMAILIO
debug=1
log_stderror=yes
fork=yes
children=1
tcp_children=2
auto_aliases=no
listen=tcp:127.0.0.1:${port}
tcp_accept_no_cl=yes
tcp_connection_lifetime=3604
${loaded.map((name) => `loadmodule "${name}.so"`).join("\n")}
modparam("auth", "secret", "of the tests")
modparam("nathelper|registrar", "received_avp", "$avp(RECEIVED)")

event_route[xhttp:request] {
  if ($hdr(Upgrade)=~"websocket" && $rm=~"GET") {
    ws_handle_handshake();
    exit;
  }
  xhttp_reply("404", "Not Found", "", "");
}

# A page has no address of its own: what it is reached by goes into its contact.
onreply_route {
  add_contact_alias();
}

request_route {
  if (!is_method("REGISTER|ACK")) xlog("L_NOTICE", "SEEN $rm $rU\\n");
  if (!mf_process_maxfwd_header("10")) {
    sl_send_reply("483", "Too Many Hops");
    exit;
  }
  force_rport();
  if (is_method("REGISTER")) fix_nated_register();
  else if (is_method("INVITE|REFER|SUBSCRIBE|UPDATE")) add_contact_alias();
  if (has_totag()) {
    if (is_method("ACK") && !loose_route() && !t_check_trans()) exit;
    if (!is_method("ACK")) loose_route();
    handle_ruri_alias();
    t_relay();
    exit;
  }
  if (is_method("CANCEL")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  if (is_method("ACK")) exit;
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("$td", "secret", "0")) {
      auth_challenge("$td", "0");
      exit;
    }
    save("location", "0x04");
    exit;
  }
  if (!pv_proxy_authenticate("$fd", "secret", "0")) {
    auth_challenge("$fd", "1");
    exit;
  }
  consume_credentials();
  record_route();
  if (is_method("INVITE") && $rU=~"^[+0-9]") $rU = "callee";
  if (!lookup("location")) {
    sl_send_reply("404", "Not Found");
    exit;
  }
  handle_ruri_alias();
  t_relay();
}
`;
