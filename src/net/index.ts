export { type FaultSettings, faults, type RandomSource, seededRandom } from './faults.ts'
export { type Datagram, type Endpoint, encodePacket, isInNetwork, prefixLength } from './ipv4.ts'
export { type CapturedPacket, writePcapng } from './pcapng.ts'
export type { HostInterface, HostRoute, HostSettings, LinkEnd, LinkSettings, Unreachable } from './topology.ts'
export {
  type Driven,
  type DriverProblem,
  type DriverReport,
  type StartResult,
  UdpDriver,
  type UdpDriverOptions,
} from './udp-driver.ts'
export {
  type Delivery,
  type DropReason,
  type HttpAnswer,
  type HttpHandler,
  type HttpResponse,
  type Interceptor,
  type NetworkEvent,
  type NetworkSettings,
  type Passage,
  VirtualNetwork,
} from './virtual-network.ts'
export {
  type EspKey,
  type IkeV1Key,
  type IkeV2Key,
  octetsUpToIsakmpHeader,
  tsharkArguments,
  tsharkCommand,
  type WiresharkKeys,
  wiresharkFiles,
} from './wireshark.ts'
