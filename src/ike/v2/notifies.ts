import { type IkeV2Payload, ikeV2NotifyType } from '../../wire/index.ts'

const nothing = new Uint8Array()

export type NotifyName = keyof typeof ikeV2NotifyType

/** A notify about the IKE SA or the exchange: without an SPI the protocol is zero (RFC 7296 §3.10). */
export const statusNotify = (
  name: NotifyName,
  data: Uint8Array = nothing,
): Extract<IkeV2Payload, { type: 'NOTIFY' }> => ({
  type: 'NOTIFY',
  protocolId: 0,
  spi: nothing,
  notifyType: ikeV2NotifyType[name],
  data,
})

/** A notify about a child SA. `spi`: four octets. */
export const childNotify = (
  name: NotifyName,
  protocolId: number,
  spi: Uint8Array,
): Extract<IkeV2Payload, { type: 'NOTIFY' }> => ({
  type: 'NOTIFY',
  protocolId,
  spi,
  notifyType: ikeV2NotifyType[name],
  data: nothing,
})
