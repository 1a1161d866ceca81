import type { CodeFamily } from './codeEntry.ts';

/**
 * The codes that the documentation names (azure-docs troubleshoot-error-codes, January 2026, and the older single-error
 * pages), by what they say about a connection. Only what a connection row could carry is told apart; the rest, such as
 * codes of routing, jobs, files and configurations, is `unrelated`.
 */
const named: Readonly<Record<CodeFamily, string>> = {
  suspended: '403001 IotHubSuspended',
  quota: '403002 IotHubQuotaExceeded',
  administrative: '403012 DeviceDisabled  404001 DeviceNotFound  404010 ModuleNotFound',
  unauthorized: `401000 GenericUnauthorized  401001 IotHubNotFound  401002 IotHubUnauthorizedAccess
    401003 IotHubUnauthorized`,
  replaced: '400027 ConnectionForcefullyClosedOnNewConnection  409002 LinkCreationConflict',
  service: `400029 ConnectionForcefullyClosedOnFaultInjection  400030 ConnectionRejectedOnFaultInjection
    404012 IotHubFailingOver  500000 GenericServerError  500001 ServerError  500008 GenericTimeout
    502000 GenericBadGateway  503000 GenericServiceUnavailable  503001 ServiceUnavailable  503003 PartitionNotFound
    503004 IotHubActivationFailed  503006 IotHubRestoring  503101 ConnectionUnavailable  503102 DeviceUnavailable`,
  throttled: `429000 GenericTooManyRequests  429001 ThrottlingException  429002 ThrottleBacklogLimitExceeded
    429003 ThrottlingBacklogTimeout  429005 DeviceThrottlingLimitExceeded  503005 ServerBusy
    503008 ReceiveLinkOpensThrottled`,
  lost: '404104 DeviceConnectionClosedRemotely',
  client: `400000 GenericBadRequest  400001 InvalidProtocolVersion  400003 InvalidOperation  400004 ArgumentInvalid
    400005 ArgumentNull  400006 IotHubFormatError  403005 IotHubMaxCbsTokenExceeded
    403010 OperationNotAvailableInCurrentTier  409003 CallbackSubscriptionConflict  413000 GenericRequestEntityTooLarge  413001 MessageTooLarge
    499000 ClientClosedRequest`,
  unrelated: `400002 DeviceInvalidResultCount  400010 InvalidSchemaVersion  400012 DeserializationError
    400021 RequestCanceled  400023 EtagDoesNotMatch  400024 RequestTimedOut  400025 UnsupportedOperationOnReplica
    400026 NullMessage  400028 InvalidDeviceScope  401004 ElasticPoolNotFound
    401100 SystemModuleModifyUnauthorizedAccess  403000 GenericForbidden  403003 JobQuotaExceeded
    403004 DeviceMaximumQueueDepthExceeded  403006 DeviceMaximumActiveFileUploadLimitExceeded
    403007 DeviceMaximumQueueSizeExceeded  403008 RoutingEndpointResponseForbidden  403009 InvalidMessageExpiryTime
    403011 KeyEncryptionKeyRevoked  403800 DeviceMaximumInflightMethodExceeded  404000 GenericNotFound
    404002 JobNotFound  404004 QuotaMetricNotFound  404005 SystemPropertyNotFound  404006 AmqpAddressNotFound
    404007 RoutingEndpointResponseNotFound  404008 CertificateNotFound  404009 ElasticPoolTenantHubNotFound
    404011 AzureTableStoreNotFound  404013 FeatureNotSupported  404102 DeviceNotOnline  404103 DeviceNotOnline
    405000 GenericMethodNotAllowed  409000 GenericConflict  409001 DeviceAlreadyExists
    409102 DeviceLocked  409301 ModuleAlreadyExistsOnDevice
    412000 GenericPreconditionFailed  412001 PreconditionFailed  412002 DeviceMessageLockLost
    412004 InflightMessagesInLink  429004 ThrottlingMaxActiveJobCountExceeded  504000 GenericGatewayTimeout
    504101 GatewayTimeout`,
};

export const listedCodes: ReadonlyMap<string, { readonly name: string; readonly family: CodeFamily }> =
  new Map(
    Object.entries(named).flatMap(([family, codes]) =>
      [...codes.matchAll(/(\d{6}) (\w+)/g)].map(([, code = '', name = '']) => [
        code,
        { name, family: family as CodeFamily },
      ]),
    ),
  );
