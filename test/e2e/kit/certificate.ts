/** A certificate that nobody signed but its own key, for a server of this machine: a browser is told to take any. */
import * as asn1js from "asn1js";
import { AttributeTypeAndValue, Certificate } from "pkijs";

export interface KeyAndCertificate {
  key: string;
  cert: string;
}

export async function makeCertificate(): Promise<KeyAndCertificate> {
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(kind, true, ["sign", "verify"]);
  const certificate = new Certificate({
    version: 2,
    serialNumber: new asn1js.Integer({ value: 1 }),
  });
  const name = new AttributeTypeAndValue({
    type: "2.5.4.3",
    value: new asn1js.Utf8String({ value: "A server of the tests" }),
  });
  for (const whose of [certificate.issuer, certificate.subject]) whose.typesAndValues.push(name);
  certificate.notBefore.value = new Date(Date.now() - 86_400_000);
  certificate.notAfter.value = new Date(Date.now() + 86_400_000);
  await certificate.subjectPublicKeyInfo.importKey(publicKey);
  await certificate.sign(privateKey, "SHA-256");
  return {
    key: pem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", privateKey)),
    cert: pem("CERTIFICATE", certificate.toSchema(true).toBER()),
  };
}

const pem = (label: string, bytes: ArrayBuffer): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes).toString("base64")}\n-----END ${label}-----\n`;
