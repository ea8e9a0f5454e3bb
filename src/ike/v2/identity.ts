import { nameFromDer } from '../../pki/index.ts'
import type { ReceivedIkeV2Identity } from '../../selection/index.ts'
import { bytesToIpv4, type IkeV2Payload, ikeV2IdType, toHex } from '../../wire/index.ts'

type IdPayload = Extract<IkeV2Payload, { type: 'IDi' | 'IDr' }>

const text = new TextDecoder()

const printed = (idType: number, data: Uint8Array): string => {
  switch (idType) {
    case ikeV2IdType.IPV4_ADDR:
      return data.length === 4 ? bytesToIpv4(data) : toHex(data)
    case ikeV2IdType.DER_ASN1_DN: {
      const name = nameFromDer(data)
      return name.ok ? name.value.ios : toHex(data)
    }
    case ikeV2IdType.FQDN:
    case ikeV2IdType.RFC822_ADDR:
    case ikeV2IdType.KEY_ID:
      return text.decode(data)
    default:
      return toHex(data)
  }
}

/** An identity as it stands in a payload (RFC 7296 §3.5). The octets decide; the value is how it is printed. */
export const readIdentity = ({ idType, data }: IdPayload): ReceivedIkeV2Identity => ({
  type: idType,
  data,
  value: printed(idType, data),
})
