/**
 * RFC 3161 timestamps, by which a service outside the company confirms that a text existed at a moment. We check the
 * answer's status, imprint and nonce; those who rely on it check its signature (`openssl ts -verify`).
 */
import { fromBER, Integer, OctetString } from "asn1js";
import {
  AlgorithmIdentifier,
  ContentInfo,
  MessageImprint,
  SignedData,
  TimeStampReq,
  TimeStampResp,
  TSTInfo,
} from "pkijs";

const SHA_256 = "2.16.840.1.101.3.4.2.1";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((v, i) => v === b[i]);

/** The whole response (DER, in base64) over SHA-256 of the text. Throws if the service fails or its answer does not match. */
export async function timestampOf(url: string, text: string): Promise<string> {
  const imprint = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const nonce = crypto.getRandomValues(new Uint8Array(8));
  nonce[0] = (nonce[0]! & 0x3f) | 0x40; // Positive and of full length, so that DER's shortest form does not change it.
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA_256 }),
      hashedMessage: new OctetString({ valueHex: imprint }),
    }),
    nonce: new Integer({ valueHex: nonce }),
    certReq: true,
  });
  const answer = await fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/timestamp-query" },
    body: request.toSchema().toBER(),
    signal: AbortSignal.timeout(20_000),
  });
  if (!answer.ok) throw new Error(`the timestamp service answered ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const wrong = faultOf(bytes, imprint, nonce);
  if (wrong) throw new Error(`the timestamp service's answer ${wrong}`);
  return btoa(String.fromCharCode(...bytes));
}

function faultOf(bytes: Uint8Array<ArrayBuffer>, imprint: Uint8Array, nonce: Uint8Array): string | null {
  let info: TSTInfo;
  try {
    const response = TimeStampResp.fromBER(bytes);
    const status: number = response.status.status;
    // 0 is granted, 1 granted with modifications
    if (status > 1) return `is a refusal (status ${status})`;
    const token = response.timeStampToken;
    if (!token || token.contentType !== ContentInfo.SIGNED_DATA) return "contains no token";
    const { encapContentInfo } = new SignedData({ schema: token.content as unknown });
    if (encapContentInfo.eContentType !== TST_INFO || !encapContentInfo.eContent) return "contains no token";
    info = new TSTInfo({ schema: fromBER(encapContentInfo.eContent.getValue()).result });
  } catch {
    return "cannot be read";
  }
  if (info.messageImprint.hashAlgorithm.algorithmId !== SHA_256) return "has another hash algorithm";
  if (!same(info.messageImprint.hashedMessage.valueBlock.valueHexView, imprint)) return "is for another text";
  if (!info.nonce || !same(info.nonce.valueBlock.valueHexView, nonce)) return "has another nonce";
  return null;
}
