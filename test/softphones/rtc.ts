/** As much of WebRTC as the kits ask of a browser before they send their offer: no media crosses a socket. */
import { vi } from "vitest";

/** An offer of audio, which a browser takes for one. */
export const SDP = [
  ...[
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  ],
  ...[
    "c=IN IP4 0.0.0.0",
    "a=rtcp-mux",
    "a=rtpmap:111 opus/48000/2",
    "a=mid:0",
    "a=sendrecv",
    "a=setup:actpass",
  ],
  ...["a=ice-ufrag:abcd", "a=ice-pwd:abcdefghijklmnopqrstuvwx"],
  ...[`a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "AB").join(":")}`, ""],
].join("\r\n");

export class Peer extends EventTarget {
  iceGatheringState = "complete";
  iceConnectionState = "new";
  connectionState = "new";
  signalingState = "stable";
  localDescription: { type: string; sdp: string } | null = null;
  remoteDescription: { type: string; sdp: string } | null = null;
  onicecandidate: ((event: { candidate: object | null }) => void) | null = null;
  ontrack = null;
  createOffer = () => Promise.resolve({ type: "offer", sdp: SDP });
  createAnswer = () => Promise.resolve({ type: "answer", sdp: SDP });
  setLocalDescription(description: { type: string; sdp: string }) {
    this.localDescription = description;
    setTimeout(() => this.onicecandidate?.({ candidate: null }), 5);
    return Promise.resolve();
  }
  setRemoteDescription(description: { type: string; sdp: string }) {
    this.remoteDescription = description;
    return Promise.resolve();
  }
  addTrack = () => ({ setParameters: () => Promise.resolve(), getParameters: () => ({}) });
  addTransceiver = () => ({ sender: {}, receiver: {} });
  addIceCandidate = () => Promise.resolve();
  getSenders = () => [];
  getReceivers = () => [];
  getTransceivers = () => [];
  getConfiguration = () => ({});
  getStats = () => Promise.resolve(new Map());
  addStream() {}
  close() {}
}

class Stream extends EventTarget {
  getTracks = () => [];
  getAudioTracks = () => [];
  getVideoTracks = () => [];
}

/** Stubs globals: call `vi.unstubAllGlobals` after. */
export function openRtc(): void {
  vi.stubGlobal("window", globalThis);
  for (const name of ["addEventListener", "removeEventListener"]) vi.stubGlobal(name, () => {});
  vi.stubGlobal("RTCPeerConnection", Peer);
  vi.stubGlobal("RTCSessionDescription", class {});
  vi.stubGlobal("MediaStream", Stream);
  vi.stubGlobal("HTMLMediaElement", class {});
  Object.assign(document, { getElementById: () => null, visibilityState: "visible" });
  for (const name of ["localStorage", "sessionStorage"])
    vi.stubGlobal(name, { getItem: () => null, setItem() {}, removeItem() {} });
  vi.stubGlobal("navigator", {
    userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0",
    mediaDevices: {
      getUserMedia: () => Promise.resolve(new Stream()),
      enumerateDevices: () => Promise.resolve([]),
      addEventListener() {},
    },
  });
}
