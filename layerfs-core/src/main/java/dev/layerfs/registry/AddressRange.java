package dev.layerfs.registry;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The IP addresses that begin with the same bits (RFC 4632, RFC 4291 section 2.3). Addresses of IPv4 and IPv6 have nothing in
 * common.
 *
 * @param first any of them
 * @param bits how many bits at the beginning they have in common
 */
record AddressRange(InetAddress first, int bits) {
  /**
   * Reads a range.
   *
   * @param text an address, a slash and a number of bits, such as {@code 10.0.0.0/8}
   * @return the range; empty if the text is none
   */
  static Optional<AddressRange> parse(String text) {
    int slash = text.indexOf('/');
    String address = text.substring(0, Math.max(slash, 0));
    String bits = text.substring(slash + 1);
    if (!InetAddresses.isInetAddress(address) || !bits.matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    AddressRange range = new AddressRange(InetAddresses.forString(address), Integer.parseInt(bits));
    return range.bits <= range.length() ? Optional.of(range) : Optional.empty();
  }

  /** Whether an address is within. */
  boolean has(InetAddress address) {
    return address.getAddress().length == first.getAddress().length
        && prefix(address).equals(prefix(first));
  }

  private int length() {
    return first.getAddress().length * Byte.SIZE;
  }

  private BigInteger prefix(InetAddress address) {
    return new BigInteger(1, address.getAddress()).shiftRight(length() - bits);
  }
}
