/**
 * How sure must we be? Every bound of the diagnosis, with its reason. Shares are 0 to 1, times milliseconds, costs nats:
 * a cause that costs one nat more is e times less likely by our experience.
 */
export const thresholds = {
  /** Devices or sites from which a group is no accident. */
  several: 3,
  /** Broken connections within an hour, from which a link is restless. */
  restless: 3,
  /** Nearly all of a group: one in ten may have a story of its own. */
  nearlyAll: 0.9,
  /** Of a site that is said to have fallen as a whole: a few devices are on another line or on a battery. */
  wholeSite: 0.8,
  /** Of a site that may have lost its uplink: below it, something inside the site is as likely. */
  mostOfSite: 0.6,
  /** Of another site's devices with faults of the service, from which it is no healthy site. */
  faultySite: 0.3,
  /** Of a site, up to which a shared address or name is a part of it; above, it is the site. An address tells more. */
  partOfSite: { byAddress: 0.9, byName: 0.75 },
  /** Of those that share a name or an address, how many may be up, and of those that fell, how many may not share it. */
  tolerated: { exceptions: 0.1, leftovers: 0.2 },
  /** Of the sites of one device each, from which their losses are a network’s rather than strays. */
  singleSites: 0.1,
  /** Faults of the service: most of the devices; a site that is struck; devices before strays are more than that. */
  service: { most: 0.5, struckSite: 0.2, leastDevices: 4 },
  /** Of the devices with a trait, from which "all that fell share it" is said. */
  sharedTrait: 0.9,
  /** Devices on the other side that a comparison needs. */
  leastContrast: 2,
  /** Losses closer than this are one instant: a network that dies is noticed over the clients' keep-alives. */
  instantMs: 15_000,
  coincidence: {
    /** A node of the service drops its connections within a second or two. */
    least: 1_000,
    most: 30_000,
    share: 0.25,
    /** Other sites, before their losses at the same time are more than strays. */
    leastSites: 2,
    /** How long around the loss the hub's usual losses are counted. */
    lookMs: 30 * 60_000,
    /** Devices of a healthy fleet that lose their connection in that time by accident. */
    strayPerDevice: 0.01,
    /** Small fleets lose devices by accident too. */
    leastExpected: 0.05,
  },
  /** Sites, this one included, in which a slice fell in one instant, before the service is suspected. */
  sliceSites: 4,
  /** Of the devices that are down, from which a refusal explains the incident rather than a part of it. */
  leads: 0.7,
  /** The largest group leads unless it is at most a half and another is nearly as large. */
  rival: { leader: 0.5, second: 0.6 },
  /** Goodbyes and renewals beside another cause, before they are worth a line. */
  minorShare: 0.2,
  /** Of those, from which a second cause is worth its own line. */
  alsoShare: 0.02,
  /** Refused attempts of one device that are no accident of its way back. */
  sureKnocks: 3,
  /** What a device counts whose refusals nobody has repeated: its client gave up, or it is gone for another reason. */
  staleWeight: 0.4,
  /** A loss this long before the first refusal had a reason of its own. */
  ownLossMs: 5 * 60_000,
  /** What each assumption costs before any evidence. Losses of power and network are the daily bread. */
  priors: {
    siteUplink: 1,
    device: 1.5,
    provider: 1.5,
    gatewayByBoth: 1.2,
    gatewayByAddress: 1.8,
    gatewayByName: 2.2,
    networkPolicy: 2,
    /** Devices that leave at their renewal and never knock again have little else in common. */
    newConnections: 1.2,
    /** They came back by another protocol: hardly anything is left to assume. */
    switchedProtocol: -0.5,
    deviceSoftware: 2.2,
    /** Another connection of the same box is up. */
    sisterModules: 0.3,
    sharedAddress: 2,
    cloud: 3,
    /** The hub says so itself, to others. */
    serviceWorkElsewhere: 0.3,
    faultsElsewhere: 1,
    everythingFell: 0.5,
    unknown: 3,
  },
  costs: {
    /** A device that falls by itself in the minutes in which others do. */
    anotherDevice: 3.5,
    /** A further device of those that fall together for no reason that is found. */
    unexplained: 0.5,
    /** One that should be down, and has no row since. */
    exception: 2.5,
    /** One that should be down, and connected since the loss. */
    counterexample: 4,
    /** One that fell and is left unexplained. */
    leftover: 3,
    /** Another site that fell as a whole and is left unexplained. */
    wholeSite: 2.5,
    /** Share of the site that had service faults, which no dead line writes; all of it. */
    faultyShare: 6,
    /** Share of a site that stayed although its uplink is said to be gone; whole site. */
    stayedShare: 10,
    connectedShare: 8,
    /** Strays elsewhere count this much beside a whole site that fell over minutes. */
    straysBesideSite: 0.3,
    /** Another site that lost a part of its devices in the same minutes. */
    partialSite: 0.7,
    /** Another site that connects while the hub is said to be at fault. */
    workingSite: 2,
    /** A further device that leaves at its renewal and stays away, if each did so by itself. */
    stuck: 2,
    /** All devices of a program, whatever its version. */
    broader: 0.5,
    /** A difference that lies in the place as much as in the trait. */
    confounded: 1.5,
  },
  /** What the next best cause must cost more for the best to be called so. */
  /** Losses one after the other, rather than together. */
  oneByOneMs: 10 * 60_000,
  margins: { high: 3, medium: 1.2 },
} as const;
