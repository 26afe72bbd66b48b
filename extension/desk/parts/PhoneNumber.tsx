/** A telephone number (E.164) in international format. */
import { sayNumber } from "../../../shared/phone/phone.ts";

export const PhoneNumber = ({ e164 }: { e164: string }) => (
  <span className="desk-number">{sayNumber(e164)}</span>
);
