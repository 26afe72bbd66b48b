/** A telephone number (E.164) as people write it. */
import { sayNumber } from "../../../shared/phone/phone.ts";

export const Number = ({ e164 }: { e164: string }) => <span className="desk-number">{sayNumber(e164)}</span>;
