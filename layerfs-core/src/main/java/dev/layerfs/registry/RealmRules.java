package dev.layerfs.registry;

import com.google.common.net.InetAddresses;
import dev.layerfs.error.RegistryException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Which token services a registry may send its clients to. A registry that was taken over, or somebody between, would
 * otherwise have credentials sent to himself, or requests to what only this machine reaches (CVE-2026-48978,
 * CVE-2026-65388).
 */
final class RealmRules {
  /** How far an address reaches; what a registry names must not be closer than the registry itself. */
  private enum Reach {
    LINK,
    LOOPBACK,
    PRIVATE,
    PUBLIC
  }

  private final Hosts hosts;

  RealmRules(Hosts hosts) {
    this.hosts = hosts;
  }

  /**
   * Checks a realm.
   *
   * @param realm what a challenge says
   * @param endpoint the registry whose challenge it is
   * @return the address to ask for tokens
   * @throws RegistryException if it may not be asked
   */
  URI check(String realm, Endpoint endpoint) throws RegistryException {
    String subject = "the token service of " + endpoint.registry();
    URI uri = parse(realm, subject);
    Origin origin = Origin.of(uri);
    hosts.requireAllowed(origin, subject);
    if (origin.equals(endpoint.origin()) || hosts.trustsRealm(endpoint.registry(), origin.host())) {
      return uri;
    }
    if (isLiteral(origin.host()) && !isLiteral(endpoint.origin().host())) {
      throw refused(subject, "is named by an IP address");
    }
    requireNoCloser(origin.host(), endpoint.origin().host(), subject);
    return uri;
  }

  private static URI parse(String realm, String subject) throws RegistryException {
    try {
      URI uri = new URI(realm);
      if (uri.isAbsolute() && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // reported below, without a text that may be anything
    }
    throw new RegistryException(subject, "has a malformed address (the challenge's realm)");
  }

  private static boolean isLiteral(String host) {
    return host.startsWith("[") || InetAddresses.isInetAddress(host);
  }

  /** A name that this machine can't resolve is resolved by a proxy, or nobody. */
  private static void requireNoCloser(String realm, String registry, String subject)
      throws RegistryException {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(realm);
    } catch (UnknownHostException e) {
      return;
    }
    for (InetAddress address : addresses) {
      Reach reach = reach(address);
      if (reach != Reach.PUBLIC && !reachesAsClose(registry, reach)) {
        throw refused(subject, "is within this machine or its network, but the registry is not");
      }
    }
  }

  private static boolean reachesAsClose(String registry, Reach reach) {
    try {
      return Arrays.stream(InetAddress.getAllByName(registry))
          .map(RealmRules::reach)
          .anyMatch(own -> own == reach || own == Reach.LOOPBACK && reach == Reach.PRIVATE);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static Reach reach(InetAddress address) {
    if (address.isLinkLocalAddress() || address.isMulticastAddress()) {
      return Reach.LINK;
    }
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return Reach.LOOPBACK;
    }
    return address.isSiteLocalAddress() || isUniqueLocal(address) || isShared(address)
        ? Reach.PRIVATE
        : Reach.PUBLIC;
  }

  /** RFC 4193: fc00::/7. */
  private static boolean isUniqueLocal(InetAddress address) {
    return address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
  }

  /** RFC 6598: 100.64.0.0/10, between carriers and their customers; cloud services have addresses in it. */
  private static boolean isShared(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
  }

  private static RegistryException refused(String subject, String why) {
    return new RegistryException(
        subject, why + "; name its host in HostOptions.trustRealm to use it all the same");
  }
}
