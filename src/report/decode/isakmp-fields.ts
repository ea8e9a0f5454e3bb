import {
  type Attribute,
  authenticationAlgorithm,
  authenticationMethod,
  certificateEncoding,
  describePayload,
  doi,
  encapsulationMode,
  encryptionAlgorithm,
  espTransformId,
  groupDescription,
  hashAlgorithm,
  identificationType,
  ipsecAttribute,
  lifeType,
  notifyType,
  type Payload,
  type Proposal,
  phase1Attribute,
  protocolId,
  type Registry,
  type Transform,
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

const phase1Values: Readonly<Record<number, Registry>> = {
  [phase1Attribute.ENCRYPTION_ALGORITHM]: encryptionAlgorithm,
  [phase1Attribute.HASH_ALGORITHM]: hashAlgorithm,
  [phase1Attribute.AUTHENTICATION_METHOD]: authenticationMethod,
  [phase1Attribute.GROUP_DESCRIPTION]: groupDescription,
  [phase1Attribute.LIFE_TYPE]: lifeType,
}

const ipsecValues: Readonly<Record<number, Registry>> = {
  [ipsecAttribute.SA_LIFE_TYPE]: lifeType,
  [ipsecAttribute.GROUP_DESCRIPTION]: groupDescription,
  [ipsecAttribute.ENCAPSULATION_MODE]: encapsulationMode,
  [ipsecAttribute.AUTHENTICATION_ALGORITHM]: authenticationAlgorithm,
}

const attributeField = (attribute: Attribute, isIpsec: boolean): Field => {
  const [names, values] = isIpsec ? [ipsecAttribute, ipsecValues] : [phase1Attribute, phase1Values]
  const name = named(names, attribute.type)
  if (attribute.form === 'variable')
    return {
      name,
      value: attribute.value.length <= 6 ? `${Number.parseInt(toHex(attribute.value), 16)}` : hex(attribute.value),
    }
  const registry = values[attribute.type]
  return { name, value: registry ? named(registry, attribute.value) : `${attribute.value}` }
}

const transformField = ({ number, id, attributes }: Transform, isIpsec: boolean): Field => ({
  name: `transform ${number}`,
  value: isIpsec ? named(espTransformId, id) : 'KEY_IKE',
  inner: attributes.map((attribute) => attributeField(attribute, isIpsec)),
})

const proposalField = ({ number, protocolId: protocol, spi, transforms }: Proposal): Field => ({
  name: `proposal ${number}`,
  value: `${named(protocolId, protocol)}${spi.length === 0 ? '' : `, SPI ${toHex(spi)}`}`,
  inner: transforms.map((transform) => transformField(transform, protocol !== protocolId.ISAKMP)),
})

const identity = (type: number, data: Uint8Array): string => {
  switch (type) {
    case identificationType.IPV4_ADDR:
      return address(data)
    case identificationType.IPV4_ADDR_SUBNET:
    case identificationType.IPV4_ADDR_RANGE:
      return `${address(data.subarray(0, 4))} ${address(data.subarray(4))}`
    case identificationType.DER_ASN1_DN:
      return distinguishedName(data)
    default:
      return textOr(data)
  }
}

const fieldsOf = (payload: Payload): readonly Field[] => {
  switch (payload.type) {
    case 'SA':
      return [{ name: 'DOI', value: named(doi, payload.doi) }, ...payload.proposals.map(proposalField)]
    case 'ID':
      return [
        { name: 'type', value: named(identificationType, payload.idType) },
        { name: 'identity', value: identity(payload.idType, payload.data) },
        { name: 'protocol, port', value: `${payload.protocol}, ${payload.port}` },
      ]
    case 'CERT':
      return [
        { name: 'encoding', value: named(certificateEncoding, payload.encoding) },
        ...certificateFields(payload.data),
      ]
    case 'CERTREQ':
      return [
        { name: 'encoding', value: named(certificateEncoding, payload.encoding) },
        { name: 'CA', value: payload.authority.length === 0 ? 'any' : distinguishedName(payload.authority) },
      ]
    case 'NOTIFY':
      return [
        { name: 'type', value: named(notifyType, payload.notifyType) },
        { name: 'protocol', value: named(protocolId, payload.protocolId) },
        { name: 'SPI', value: hex(payload.spi) },
        ...(payload.data.length === 0 ? [] : [{ name: 'data', value: hex(payload.data) }]),
      ]
    case 'DELETE':
      return [
        { name: 'protocol', value: named(protocolId, payload.protocolId) },
        { name: 'SPIs', value: payload.spis.map(hex).join(', ') },
      ]
    case 'NAT-OA':
      return [{ name: 'address', value: address(payload.address) }]
    default:
      return [{ name: 'octets', value: hex(payload.data) }]
  }
}

/** A payload of IKEv1, field by field. */
export const isakmpPayload = (payload: Payload): DecodedPayload => ({
  name: describePayload(payload),
  fields: fieldsOf(payload),
})
