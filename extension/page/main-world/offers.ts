/**
 * Offers of audio: a softphone in a page makes one for each call, whatever it tells its server by. Told of when the offer
 * counts. Nothing is held here.
 */
import { OFFERS } from "../main-world-events.ts";
import { asks } from "./ask-guard.ts";
import { apply, exec, firstTime, over, reads, type Realm, type Trap, whenDone } from "./natives.ts";

/** Audio that is sent. */
const AUDIO = /^m=audio (?:(?!^m=)[^])*?^a=send/m;

const isFirst = firstTime();
const nothing = () => undefined;

export function wireOffers({ RTCPeerConnection: Peer, RTCSessionDescription: Description }: Realm): void {
  // A browser may have been built, or told by a policy, to have none.
  if (Peer === undefined || Description === undefined) return;
  const localOf = reads<object>(Peer.prototype, "localDescription");
  const typeOf = reads<string>(Description.prototype, "type");
  const sdpOf = reads<string>(Description.prototype, "sdp");
  const sets: Trap = (native, self, args) => {
    const done = apply(native, self, args) as Promise<unknown>;
    const look = () => {
      const local = localOf(self);
      if (local === null || typeOf(local) !== "offer" || exec(AUDIO, sdpOf(local) ?? "") === null) return;
      asks(OFFERS, !isFirst(self as object));
    };
    void whenDone(done, look, nothing);
    return done;
  };
  over(Peer.prototype, "setLocalDescription", sets);
}
