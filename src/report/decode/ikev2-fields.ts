import {
  type ConfigurationAttribute,
  configurationAttribute,
  configurationType,
  describeIkeV2Payload,
  type IkeV2Payload,
  type IkeV2Proposal,
  ikeV2AuthMethod,
  ikeV2CertificateEncoding,
  ikeV2Encryption,
  ikeV2Esn,
  ikeV2Group,
  ikeV2IdType,
  ikeV2Integrity,
  ikeV2KeyLengthAttribute,
  ikeV2NotifyType,
  ikeV2Prf,
  ikeV2ProtocolId,
  ikeV2TransformType,
  type Registry,
  type TrafficSelector,
  toHex,
} from '../../wire/index.ts'
import {
  address,
  certificateFields,
  type DecodedPayload,
  distinguishedName,
  type Field,
  hex,
  named,
  textOr,
} from './field.ts'

const transformValues: Readonly<Record<number, Registry>> = {
  [ikeV2TransformType.ENCR]: ikeV2Encryption,
  [ikeV2TransformType.PRF]: ikeV2Prf,
  [ikeV2TransformType.INTEG]: ikeV2Integrity,
  [ikeV2TransformType.DH]: ikeV2Group,
  [ikeV2TransformType.ESN]: ikeV2Esn,
}

const proposalField = ({ number, protocolId, spi, transforms }: IkeV2Proposal): Field => ({
  name: `proposal ${number}`,
  value: `${named(ikeV2ProtocolId, protocolId)}${spi.length === 0 ? '' : `, SPI ${toHex(spi)}`}`,
  inner: transforms.map(({ type, id, attributes }) => {
    const bits = attributes.find((attribute) => attribute.type === ikeV2KeyLengthAttribute)
    return {
      name: named(ikeV2TransformType, type),
      value: `${named(transformValues[type] ?? {}, id)}${bits?.form === 'basic' ? `, ${bits.value} bits` : ''}`,
    }
  }),
})

const identity = (type: number, data: Uint8Array): string => {
  if (type === ikeV2IdType.IPV4_ADDR) return address(data)
  return type === ikeV2IdType.DER_ASN1_DN ? distinguishedName(data) : textOr(data)
}

const selectorField = (selector: TrafficSelector, index: number): Field => ({
  name: `selector ${index + 1}`,
  value:
    selector.kind === 'range'
      ? `${address(selector.start)} to ${address(selector.end)}, protocol ${selector.protocol}, ports ${selector.startPort} to ${selector.endPort}`
      : `type ${selector.tsType}, ${hex(selector.data)}`,
})

const configurationField = ({ type, value }: ConfigurationAttribute): Field => ({
  name: named(configurationAttribute, type),
  value: value.length === 0 ? 'asked for' : textOr(value),
})

const hashLength = 20

/** SHA-1 of each CA's public key, with the CA's name where the run told it. */
const requestFields = (authority: Uint8Array, cas: ReadonlyMap<string, string>): readonly Field[] =>
  Array.from({ length: Math.floor(authority.length / hashLength) }, (_, index) => {
    const hash = toHex(authority.subarray(index * hashLength, (index + 1) * hashLength))
    return { name: `CA ${index + 1}`, value: `${cas.get(hash) ?? 'not known'} (${hash})` }
  })

const fieldsOf = (payload: IkeV2Payload, cas: ReadonlyMap<string, string>): readonly Field[] => {
  switch (payload.type) {
    case 'SA':
      return payload.proposals.map(proposalField)
    case 'KE':
      return [
        { name: 'group', value: named(ikeV2Group, payload.group) },
        { name: 'public value', value: hex(payload.data) },
      ]
    case 'IDi':
    case 'IDr':
      return [
        { name: 'type', value: named(ikeV2IdType, payload.idType) },
        { name: 'identity', value: identity(payload.idType, payload.data) },
      ]
    case 'CERT':
      return [
        { name: 'encoding', value: named(ikeV2CertificateEncoding, payload.encoding) },
        ...certificateFields(payload.data),
      ]
    case 'CERTREQ':
      return [
        { name: 'encoding', value: named(ikeV2CertificateEncoding, payload.encoding) },
        ...requestFields(payload.authority, cas),
      ]
    case 'AUTH':
      return [
        { name: 'method', value: named(ikeV2AuthMethod, payload.method) },
        { name: 'octets', value: hex(payload.data) },
      ]
    case 'NOTIFY':
      return [
        { name: 'type', value: named(ikeV2NotifyType, payload.notifyType) },
        ...(payload.spi.length === 0 ? [] : [{ name: 'SPI', value: hex(payload.spi) }]),
        ...(payload.data.length === 0 ? [] : [{ name: 'data', value: hex(payload.data) }]),
      ]
    case 'DELETE':
      return [
        { name: 'protocol', value: named(ikeV2ProtocolId, payload.protocolId) },
        ...(payload.spis.length === 0 ? [] : [{ name: 'SPIs', value: payload.spis.map(hex).join(', ') }]),
      ]
    case 'TSi':
    case 'TSr':
      return payload.selectors.map(selectorField)
    case 'CP':
      return [
        { name: 'type', value: named(configurationType, payload.configurationType) },
        ...payload.attributes.map(configurationField),
      ]
    case 'VID':
      return [{ name: 'vendor', value: textOr(payload.data) }]
    default:
      return [{ name: 'octets', value: hex(payload.data) }]
  }
}

/** A payload of IKEv2, field by field. `cas`: the names of CAs by the hash under which they are asked for. */
export const ikeV2Payload = (payload: IkeV2Payload, cas: ReadonlyMap<string, string>): DecodedPayload => ({
  name: describeIkeV2Payload(payload),
  fields: fieldsOf(payload, cas),
})
