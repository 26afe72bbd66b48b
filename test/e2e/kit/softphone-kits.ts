/**
 * Pages of the vendors' kits, each as its vendor's document has it: `begin` calls a number, and what the phone says of it
 * is in `said`. Their servers are named pbx.example, or as the vendors have them.
 */
import { BARRED, bundle } from "./softphones.ts";

export const sipJs = (plain: string) => `${bundle("sip.js")}
  const { UserAgent, Inviter } = kit;
  const agent = new UserAgent({
    uri: UserAgent.makeURI("sip:agent@pbx.example"), transportOptions: { server: "ws://${plain}/sip" },
    authorizationUsername: "agent", authorizationPassword: "secret", logLevel: "error",
  });
  window.begin = async (number) => {
    if (!agent.isConnected()) await agent.start();
    const inviter = new Inviter(agent, UserAgent.makeURI("sip:" + number + "@pbx.example"));
    inviter.stateChange.addListener((state) => said.push(state));
    await inviter.invite({ requestDelegate: { onReject: ({ message }) => said.push(String(message.statusCode)) } });
  };`;
export const jsSip = (plain: string) => `${bundle("jssip")}
  const agent = new kit.Kit.UA({
    sockets: [new kit.Kit.WebSocketInterface("ws://${plain}/sip")],
    uri: "sip:agent@pbx.example", password: "secret", register: false,
  });
  const connected = new Promise((done) => agent.on("connected", done));
  agent.start();
  window.begin = async (number) => {
    await connected;
    const session = agent.call("sip:" + number + "@pbx.example", { mediaConstraints: { audio: true } });
    session.on("failed", ({ originator, cause }) => said.push(originator + " " + cause));
    session.on("progress", () => said.push("progress"));
  };`;
export const plivo = () => `${bundle("plivo-browser-sdk")}
  const { client } = new kit.Kit({ debug: "OFF", permOnClick: false, enableTracking: false });
  client.on("onCallFailed", (cause) => said.push("failed " + cause));
  client.on("onCallRemoteRinging", () => said.push("ringing"));
  client.on("onLoginFailed", (cause) => said.push("login failed " + cause));
  const ready = new Promise((done) => client.on("onLogin", done));
  client.login("agent", "secret");
  window.begin = async (number) => { await ready; client.call(number.slice(1), {}); };`;
export const ringCentral = () => `${bundle("ringcentral-web-phone")}
  const phone = new kit.Kit({ sipInfo: {
    authorizationId: "1", domain: "sip.ringcentral.com", outboundProxy: "pbx.example:8083",
    outboundProxyBackup: "pbx.example:8084", username: "agent", password: "secret", stunServers: [],
  } });
  phone.on("outboundCall", (session) => session.on("failed", (why) => said.push(why)));
  const started = phone.start();
  window.begin = async (number) => {
    await started;
    const session = await phone.call(number);
    said.push(session.state + ", " + phone.callSessions.length + " open");
  };`;
export const twilioKit = () => `${bundle("@twilio/voice-sdk")}
  const device = new kit.Device("token", { logLevel: "silent" });
  window.begin = async (number) => {
    const call = await device.connect({ params: { To: number, From: "${BARRED}" } });
    call.on("error", ({ code }) => said.push("error " + code));
    for (const type of ["disconnect", "ringing"]) call.on(type, () => said.push(type));
  };`;
export const telnyxKit = () => `${bundle("@telnyx/webrtc")}
  const client = new kit.TelnyxRTC({ login: "agent", password: "secret" });
  client.on("telnyx.notification", ({ call }) => {
    if (call && /hangup/.test(call.state)) said.push(call.cause + " " + call.sipCode);
  });
  const ready = new Promise((done) => client.on("telnyx.ready", done));
  client.connect();
  window.begin = async (number) => {
    await ready;
    client.newCall({ destinationNumber: number, callerNumber: "${BARRED}", audio: true, video: false });
  };`;
